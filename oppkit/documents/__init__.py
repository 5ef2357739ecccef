"""Records on paper and in the mail: sheets and quotes as PDF, PNG or Word files, and e-mail."""
