"""Has it been right: forecasts replayed from past days and scored on what came true.

The parts, each a module:

    windows       the days that are replayed and the periods ahead of them
    measures      scores of distributions and of chances, from arrays
    forecasts     one forecast beside what came, and the scores of many
    pit           whether what came lay where forecasts said
    reliability   whether chances of single deals were right
    actuals       what was signed, as a panel tells it
    naive         forecasts that look at no deal
    methods       what is compared; status_rates is one of them
    run           the replay
"""
