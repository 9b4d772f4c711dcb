export function InboxPage(_: { parameters: Record<string, string> }) { return <div class="page" />; }
