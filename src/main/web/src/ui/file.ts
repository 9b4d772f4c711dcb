const REVOKE_AFTER_MILLIS = 60_000;

/** The browser shows or keeps it; from there it is printed. */
export function keepFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MILLIS);
}
