// What the server knows of the reader, kept in step with what is chosen here.
import { api } from "./client";
import { keepUser, signedIn } from "./session";
import type { User } from "./types";
import { type Language, chooseLanguage } from "../i18n";

/** Shows the page in this language, and asks for mails in it when somebody is signed in. */
export async function chooseAccountLanguage(chosen: Language): Promise<void> {
  await chooseLanguage(chosen);
  if (!signedIn.peek()) return;
  try {
    keepUser(await api.patch<User>("/users/me", { locale: chosen }));
  } catch {
    // The page speaks it already; the account is told again when it is chosen again.
  }
}
