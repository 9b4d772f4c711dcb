import { render } from "preact";
import { App } from "./app";
import { loadConfig } from "./config";
import { loadLanguage } from "./i18n";
import { startLive } from "./live/connection";
import { startOwn } from "./live/own";
import { startBookings } from "./state/bookings";
import { startInbox } from "./state/inbox";
import { loadPlaces } from "./state/places";

startLive();
const configured = loadConfig();
await loadLanguage();
render(<App />, document.getElementById("app") as HTMLElement);

await configured;
startOwn();
startBookings();
startInbox();
void loadPlaces();
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
