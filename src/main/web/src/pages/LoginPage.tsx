export function LoginPage(_: { parameters: Record<string, string> }) { return <div class="page" />; }
