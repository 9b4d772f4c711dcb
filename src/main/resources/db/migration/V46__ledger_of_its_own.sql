-- The ledger is everybody's who moves money: a transfer may belong to no payment (a payout), and to no booking. What kinds
-- there are is written in TransferKind.java.
ALTER TABLE payments.transfer
    DROP CONSTRAINT transfer_kind_check,
    ADD CONSTRAINT transfer_kind_check CHECK (kind ~ '^[A-Z][A-Z_]*$'),
    ALTER COLUMN payment DROP NOT NULL,
    ALTER COLUMN booking DROP NOT NULL,
    ADD CONSTRAINT transfer_of_payment CHECK (payment IS NOT NULL OR kind NOT IN ('CHARGE', 'REFUND', 'REASSIGNMENT'));
