export function BookingPage(_: { parameters: Record<string, string> }) { return <div class="page" />; }
