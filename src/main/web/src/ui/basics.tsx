import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { explain } from "../api/client";
import { t } from "../i18n";
import { Icon, type IconName } from "./icons";

type ButtonProps = Omit<JSX.IntrinsicElements["button"], "icon"> & {
  tone?: "primary" | "quiet" | "danger" | "plain";
  icon?: IconName;
  /** Shows progress and cannot be pressed again. */
  busy?: boolean;
  wide?: boolean;
};

export function Button({ tone = "quiet", icon, busy, wide, children, disabled, class: more, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      class={`button button-${tone}${wide ? " is-wide" : ""} ${more ?? ""}`}
      disabled={disabled}
      aria-disabled={busy ? true : undefined}
      aria-busy={busy}
      {...rest}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

export function IconButton({ icon, label, ...rest }: { icon: IconName; label: string } & Omit<JSX.IntrinsicElements["button"], "icon" | "label">) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | null;
  optional?: boolean;
  children: (attributes: { id: string; "aria-describedby"?: string; "aria-invalid"?: boolean }) => ComponentChildren;
}

/** A label, a control, a hint and what is wrong with it, tied together. */
export function Field({ label, hint, error, optional, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>
        {label} {optional && <span class="muted">({t("form.optional")})</span>}
      </label>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined })}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          <Icon name="warn" size={16} /> {error}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends Omit<FieldProps, "children"> {
  value: string;
  onText: (text: string) => void;
  onLeave?: () => void;
  type?: "text" | "email" | "password" | "number";
  name?: string;
  autocomplete?: string;
  inputMode?: "text" | "decimal" | "numeric" | "email";
  required?: boolean;
  minLength?: number;
  maxLength?: number;
  min?: number;
  max?: number;
  step?: number | string;
  placeholder?: string;
}

export function TextField({ label, hint, error, optional, onText, onLeave, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(attributes) => <input class="input" {...attributes} {...(rest as object)} onInput={(event) => onText(event.currentTarget.value)} onBlur={onLeave} />}
    </Field>
  );
}

/** A choice that is on or off, drawn as a pill. */
export function Chip({ on, onToggle, children, icon }: { on: boolean; onToggle: () => void; children: ComponentChildren; icon?: IconName }) {
  return (
    <button type="button" class="chip" aria-pressed={on} onClick={onToggle}>
      {on ? <Icon name="check" size={16} /> : icon && <Icon name={icon} size={16} />}
      <span>{children}</span>
    </button>
  );
}

export function Check({ checked, onChange, children }: { checked: boolean; onChange: (on: boolean) => void; children: ComponentChildren }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{children}</span>
    </label>
  );
}

/** Grey shapes of the size of what comes. */
export function Skeleton({ rows = 3, height = 84 }: { rows?: number; height?: number }) {
  return (
    <div class="skeletons" aria-busy="true">
      <span class="only-spoken">{t("state.loading")}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class="skeleton" style={{ height: `${height}px` }} />
      ))}
    </div>
  );
}

export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div class="state" role="alert">
      <Icon name="warn" size={32} />
      <p>{explain(error)}</p>
      {onRetry && <Button onClick={onRetry}>{t("action.retry")}</Button>}
    </div>
  );
}

export function EmptyState({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <Icon name={icon} size={36} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Notice({ tone, icon, children }: { tone: "info" | "warning" | "danger" | "success"; icon?: IconName; children: ComponentChildren }) {
  return (
    <div class={`notice notice-${tone}`} role={tone === "danger" ? "alert" : undefined}>
      <Icon name={icon ?? (tone === "success" ? "check" : tone === "info" ? "info" : "warn")} />
      <div>{children}</div>
    </div>
  );
}

export function PageHead({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <header class="page-head">
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </header>
  );
}
