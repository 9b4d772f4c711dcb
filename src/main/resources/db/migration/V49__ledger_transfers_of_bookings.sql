-- What a host's stay has earned is looked up by its booking.
CREATE INDEX transfer_booking ON payments.transfer (booking) WHERE booking IS NOT NULL;
