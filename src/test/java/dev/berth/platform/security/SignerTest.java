package dev.berth.platform.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.platform.config.Bytes;
import dev.berth.platform.config.Secret;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignerTest {
    private static Signers signers(int... fills) {
        List<Secret> secrets = IntStream.of(fills)
                .mapToObj(fill -> {
                    byte[] secret = new byte[32];
                    secret[0] = (byte) fill;
                    return new Secret(Base64.getEncoder().encodeToString(secret));
                })
                .toList();
        return new Signers(new SecurityConfig(
                List.of(), secrets, true, Duration.ofMinutes(1), 1, new Bytes(64 * 1_024), 1, 1, 1, 1));
    }

    @Test
    void payload_comesBack() {
        Signer signer = signers(1).signer("quotes");
        assertThat(signer.verifyText(signer.sign("grüße"))).isEqualTo("grüße");
        assertThat(signer.verify(signer.sign(new byte[0]))).isEmpty();
        assertThat(signer.sign("a")).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void payload_ofAnotherPurposeOrSecret_isRefused() {
        String signed = signers(1).signer("quotes").sign("a");
        assertThat(signers(1).signer("cursors").verify(signed)).isNull();
        assertThat(signers(2).signer("quotes").verify(signed)).isNull();
        assertThat(signers(1).signer("quotes").verify(signed)).isNotNull();
    }

    @Test
    void payload_thatWasTamperedWith_isRefused() {
        Signer signer = signers(1).signer("quotes");
        byte[] signed = Base64.getUrlDecoder().decode(signer.sign("amount 100"));
        for (int i = 0; i < signed.length * 8; i++) {
            byte[] changed = signed.clone();
            changed[i / 8] ^= (byte) (1 << i % 8);
            assertThat(signer.verify(Base64.getUrlEncoder().encodeToString(changed)))
                    .isNull();
        }
        assertThat(signer.verify("")).isNull();
        assertThat(signer.verify("???")).isNull();
    }

    @Test
    void secrets_canBeRotated() {
        String old = signers(1).signer("quotes").sign("a");
        assertThat(signers(2, 1).signer("quotes").verifyText(old)).isEqualTo("a");
        String renewed = signers(2, 1).signer("quotes").sign("a");
        assertThat(signers(1, 2).signer("quotes").verifyText(renewed)).isEqualTo("a");
    }
}
