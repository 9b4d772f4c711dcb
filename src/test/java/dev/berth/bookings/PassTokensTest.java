package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.LuminanceSource;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import dev.berth.platform.config.Secret;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PassTokensTest {
    private static final PassTokens TOKENS = new PassTokens(new byte[32]);
    private static final PassTokens.Content CONTENT = new PassTokens.Content(
            BookingId.parse("0197a0a0-0000-7000-8000-000000000001"),
            ListingId.parse("0197a0a0-0000-7000-8000-000000000002"),
            SlotId.parse("0197a0a0-0000-7000-8000-000000000003"),
            Instant.parse("2026-03-01T08:00:00Z"),
            Instant.parse("2026-03-01T10:00:00Z"),
            -7);

    @Test
    void whatWasWritten_isReadBack_withThePublicKeyAlone() {
        String text = TOKENS.write(CONTENT);
        assertThat(PassTokens.read(text, TOKENS.publicKey())).contains(CONTENT);
        assertThat(TOKENS.write(CONTENT)).isEqualTo(text);
    }

    @Test
    void theBytes_areAsDocumented() {
        byte[] bytes = Base64.getUrlDecoder().decode(TOKENS.write(CONTENT).substring(PassTokens.PREFIX.length()));
        assertThat(bytes).hasSize(139).startsWith(1, 0x01, 0x97, 0xa0, 0xa0);
        assertThat(java.nio.ByteBuffer.wrap(bytes).getLong(49)).isEqualTo(1_772_352_000L);
        assertThat(java.nio.ByteBuffer.wrap(bytes).getLong(65)).isEqualTo(-7L);
        // RFC 8032 fixes the signature: another implementation makes the same.
        var signer = new org.bouncycastle.crypto.signers.Ed25519Signer();
        signer.init(true, new org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters(new byte[32], 0));
        byte[] purpose = "berth.pass.1:".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        signer.update(purpose, 0, purpose.length);
        signer.update(bytes, 0, 75);
        assertThat(java.util.Arrays.copyOfRange(bytes, 75, 139)).isEqualTo(signer.generateSignature());
    }

    @Test
    void anyChangedByte_makesItNone() {
        byte[] bytes = Base64.getUrlDecoder().decode(TOKENS.write(CONTENT).substring(PassTokens.PREFIX.length()));
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 1;
            String forged =
                    PassTokens.PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            assertThat(PassTokens.read(forged, TOKENS.publicKey())).isEmpty();
            bytes[i] ^= 1;
        }
    }

    @Test
    void otherTexts_areNone() {
        String text = TOKENS.write(CONTENT);
        for (String other : new String[] {"", "B1.", "B1.%", text.substring(3), text + "AAAA", "123456"}) {
            assertThat(PassTokens.read(other, TOKENS.publicKey())).isEmpty();
        }
        byte[] seed = new byte[32];
        seed[0] = 1;
        assertThat(PassTokens.read(text, new PassTokens(seed).publicKey())).isEmpty();
    }

    @Test
    void aKeyThatIsNone_isRefused_withoutBeingShown() {
        for (String key : new String[] {"", "secret!", "c2hvcnQ="}) {
            assertThatThrownBy(() -> PassTokens.of(new Secret(key)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining(key.isEmpty() ? "\u0000" : key);
        }
    }

    @Test
    void thePicture_canBeScanned() throws Exception {
        String text = TOKENS.write(CONTENT);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(QrImage.png(text, 480)));
        int width = image.getWidth();
        int height = image.getHeight();
        assertThat(width).isEqualTo(480);
        LuminanceSource pixels =
                new RGBLuminanceSource(width, height, image.getRGB(0, 0, width, height, null, 0, width));
        assertThat(new QRCodeReader()
                        .decode(new BinaryBitmap(new HybridBinarizer(pixels)))
                        .getText())
                .isEqualTo(text);
    }
}
