export function RegisterPage(_: { parameters: Record<string, string> }) { return <div class="page" />; }
