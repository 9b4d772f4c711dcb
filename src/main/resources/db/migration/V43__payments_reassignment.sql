-- What was paid becomes another host's, when the driver is brought to another place.
ALTER TABLE payments.transfer
    DROP CONSTRAINT transfer_kind_check,
    ADD CONSTRAINT transfer_kind_check CHECK (kind IN ('CHARGE', 'REFUND', 'REASSIGNMENT'));
