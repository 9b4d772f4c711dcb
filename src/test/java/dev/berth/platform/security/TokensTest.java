package dev.berth.platform.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.platform.config.Bytes;
import dev.berth.platform.config.Secret;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");
    private static final String OLD_KEY = key(1);
    private static final String NEW_KEY = key(2);
    private static final UserId USER = UserId.next();

    private final Tokens tokens = tokens(NOW, OLD_KEY);
    private final String token = tokens.issue(USER, Set.of(Role.DRIVER, Role.HOST), Ids.next());

    private static String key(int fill) {
        byte[] seed = new byte[32];
        seed[0] = (byte) fill;
        return Base64.getEncoder().encodeToString(seed);
    }

    private static Tokens tokens(Instant now, String... keys) {
        SecurityConfig config = new SecurityConfig(
                Stream.of(keys).map(Secret::new).toList(),
                List.of(),
                true,
                Duration.ofMinutes(15),
                4,
                new Bytes(64 * 1_024),
                1,
                1,
                1,
                1);
        return new Tokens(config, Json.mapper(), InstantSource.fixed(now));
    }

    @Test
    void token_tellsWhoHoldsItAndUntilWhen() {
        Tokens.Verified verified = tokens.verify(token);
        assertThat(verified.principal().user()).isEqualTo(USER);
        assertThat(verified.principal().roles()).containsExactlyInAnyOrder(Role.DRIVER, Role.HOST);
        assertThat(verified.expiresAt()).isEqualTo(NOW.plus(Duration.ofMinutes(15)));
    }

    @Test
    void claims_areThoseOfTheContract() {
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
        assertThat(claims)
                .contains("\"sub\":\"" + USER + "\"", "\"roles\":[\"DRIVER\",\"HOST\"]", "\"sid\":", "\"exp\":");
    }

    @Test
    void token_isRefusedFromItsExpiry_alsoWhenItWasSeenBefore() {
        Instant[] now = {NOW};
        Tokens moving = new Tokens(SecurityConfig.forTests(), Json.mapper(), () -> now[0]);
        String short_ = moving.issue(USER, Set.of(Role.DRIVER), Ids.next());
        now[0] = NOW.plus(Duration.ofMinutes(15)).minusSeconds(1);
        assertThat(moving.authenticate(short_).user()).isEqualTo(USER);
        now[0] = NOW.plus(Duration.ofMinutes(15));
        assertRefused(moving, short_);
    }

    @Test
    void keys_canBeRotatedWithoutEndingTokens() {
        assertThat(tokens(NOW, OLD_KEY, NEW_KEY).authenticate(token).user()).isEqualTo(USER);
        Tokens rotated = tokens(NOW, NEW_KEY, OLD_KEY);
        assertThat(rotated.authenticate(token).user()).isEqualTo(USER);
        String renewed = rotated.issue(USER, Set.of(Role.DRIVER), Ids.next());
        assertThat(tokens(NOW, OLD_KEY, NEW_KEY).authenticate(renewed).user()).isEqualTo(USER);
        assertRefused(tokens(NOW, NEW_KEY), token);
    }

    @Test
    void token_thatWasTamperedWith_isRefused() {
        String[] parts = token.split("\\.", -1);
        String admin = encode("{\"sub\":\"" + USER + "\",\"roles\":[\"ADMIN\"],\"exp\":9999999999}");
        assertRefused(tokens, parts[0] + "." + admin + "." + parts[2]);
        assertRefused(tokens, encode("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + admin + ".");
        assertRefused(tokens, encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + admin + "." + parts[2]);
        assertRefused(tokens, token.substring(0, token.length() - 4) + "AAAA");
        assertRefused(tokens, parts[0] + "." + parts[1]);
        assertRefused(tokens, parts[0] + "." + parts[1] + ".!!");
        assertRefused(tokens, token + "." + parts[2]);
        assertRefused(tokens, "");
        assertRefused(tokens, "..");
        assertRefused(tokens, "x".repeat(10_000));
    }

    @Test
    void remembering_isBounded() {
        RecentTokens recent = new RecentTokens(10);
        Tokens.Verified verified = tokens.verify(token);
        for (int i = 0; i < 1_000; i++) {
            recent.put("token " + i, verified);
            assertThat(recent.size()).isLessThanOrEqualTo(10);
        }
        assertThat(recent.get("token 999")).isEqualTo(verified);
        assertThat(recent.get("token 1")).isNull();
    }

    @Test
    void keys_thatAreNone_areNotRepeatedInTheRefusal() {
        assertThatThrownBy(() -> tokens(NOW, "c2VjcmV0"))
                .hasMessage("security.tokenKeys: each must be 32 bytes in Base64")
                .hasMessageNotContaining("c2VjcmV0");
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(Tokens tokens, String token) {
        assertThatThrownBy(() -> tokens.authenticate(token))
                .isInstanceOfSatisfying(
                        Rejection.class,
                        rejection -> assertThat(rejection.problem().type()).isEqualTo(ProblemType.UNAUTHENTICATED));
    }
}
