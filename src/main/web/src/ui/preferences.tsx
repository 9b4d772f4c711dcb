import { chooseAccountLanguage } from "../api/account";
import { LANGUAGES, type Language, language, t } from "../i18n";
import { THEMES, chooseTheme, theme } from "../theme";

const LANGUAGE_NAMES: Record<Language, string> = { en: "English", de: "Deutsch" };

/** Appearance and language of this browser, signed in or not. */
export function Preferences() {
  return (
    <section class="card form">
      <fieldset>
        <legend class="legend">{t("account.theme")}</legend>
        <div class="chips">
          {THEMES.map((each) => (
            <button key={each} type="button" class="chip" aria-pressed={theme.value === each} onClick={() => chooseTheme(each)}>
              {t(`theme.${each}`)}
            </button>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend class="legend">{t("account.language")}</legend>
        <div class="chips">
          {LANGUAGES.map((each) => (
            <button key={each} type="button" class="chip" lang={each} aria-pressed={language.value === each} onClick={() => void chooseAccountLanguage(each)}>
              {LANGUAGE_NAMES[each]}
            </button>
          ))}
        </div>
      </fieldset>
    </section>
  );
}
