import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { explain } from "../api/client";
import { Button, Notice } from "./basics";
import { Dialog } from "./dialog";

interface FormDialogProps {
  title: string;
  /** What the button says. */
  action: string;
  tone?: "primary" | "danger";
  disabled?: boolean;
  /** Carries it out; what it throws is shown, and can be tried again. */
  send: () => Promise<unknown>;
  onClose: () => void;
  onDone: () => void;
  /** What is said of a failure in place of the usual. */
  failed?: (failure: unknown) => string;
  children: ComponentChildren;
}

/** A dialog with one thing to do: its form, its button that cannot be pressed twice, and what has gone wrong. */
export function FormDialog({ title, action, tone = "primary", disabled, send, onClose, onDone, failed = explain, children }: FormDialogProps) {
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const submit = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await send();
      onDone();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <Button tone={tone} wide type="submit" form={id} busy={busy} disabled={disabled}>
          {action}
        </Button>
      }
    >
      <form
        id={id}
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void submit();
        }}
      >
        {children}
        {failure !== null && <Notice tone="danger">{failed(failure)}</Notice>}
      </form>
    </Dialog>
  );
}
