"""Our own widgets: each shows what it is given and says what was done, and knows no rule."""
