package dev.berth.web;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Chromium: an installed one, else Playwright's own download, else Debian's package when this runs as root. Fails
 * with a clear sentence when there is none; it is never skipped.
 *
 * <p>Belongs to the thread that made it.
 */
public final class TestBrowser implements AutoCloseable {
    private static final List<String> INSTALLED = List.of(
            "/usr/bin/chromium",
            "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome",
            "/usr/bin/google-chrome-stable",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "C:/Program Files/Google/Chrome/Application/chrome.exe");
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");
    private static final int INSTALL_MINUTES = 5;

    private final Playwright playwright;
    private final Browser browser;

    private TestBrowser(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    public static TestBrowser launch() {
        Optional<Path> installed = installed();
        if (installed.isPresent()) {
            return start(installed.get());
        }
        try {
            return start(null);
        } catch (PlaywrightException e) {
            if (!installDebianPackage()) {
                throw new IllegalStateException(
                        "The browser tests need Chromium. None is installed, and it could not be downloaded.", e);
            }
            return start(installed().orElseThrow());
        }
    }

    /** @param executable null for Playwright's own, which is downloaded when it is not there */
    private static TestBrowser start(@Nullable Path executable) {
        Map<String, String> environment =
                executable == null ? Map.of() : Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
        try {
            LaunchOptions options = new LaunchOptions().setArgs(ARGUMENTS);
            if (executable != null) {
                options.setExecutablePath(executable);
            }
            return new TestBrowser(playwright, playwright.chromium().launch(options));
        } catch (PlaywrightException e) {
            playwright.close();
            throw e;
        }
    }

    private static Optional<Path> installed() {
        return Stream.concat(Stream.ofNullable(System.getenv("BERTH_TEST_BROWSER")), INSTALLED.stream())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static boolean installDebianPackage() {
        boolean root = "root".equals(System.getProperty("user.name"));
        return root
                && Files.isExecutable(Path.of("/usr/bin/apt-get"))
                && succeeds("apt-get", "update")
                && succeeds("apt-get", "install", "-y", "--no-install-recommends", "chromium");
    }

    private static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            return process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A browser without memory of others, like that of another person, in English and in the place's zone. */
    public BrowserContext person(int width, int height) {
        return browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setLocale("en-GB")
                .setTimezoneId("Europe/Berlin"));
    }

    /** As {@link #person}, with a telephone: narrow, and touched instead of clicked. Its motions are over at once. */
    public BrowserContext phone() {
        return phone("en-GB");
    }

    /** @param locale of the reader, as {@code de-DE} */
    public BrowserContext phone(String locale) {
        return browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(390, 844)
                .setDeviceScaleFactor(2)
                .setIsMobile(true)
                .setHasTouch(true)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setLocale(locale)
                .setTimezoneId("Europe/Berlin"));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
