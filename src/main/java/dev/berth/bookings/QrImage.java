package dev.berth.bookings;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * QR codes as PNG. One bit per pixel is all that a QR code needs, so the file is written here in forty lines, and the
 * desktop toolkit of the JDK is never loaded into a node.
 */
final class QrImage {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int QUIET_ZONE_MODULES = 4;

    private QrImage() {}

    /** @param size of the square picture, in pixels; larger when the code does not fit */
    static byte[] png(String text, int size) {
        try {
            BitMatrix code = new QRCodeWriter()
                    .encode(
                            text,
                            BarcodeFormat.QR_CODE,
                            size,
                            size,
                            Map.of(
                                    EncodeHintType.ERROR_CORRECTION,
                                    ErrorCorrectionLevel.M,
                                    EncodeHintType.MARGIN,
                                    QUIET_ZONE_MODULES));
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            DataOutputStream png = new DataOutputStream(file);
            png.write(SIGNATURE);
            chunk(png, "IHDR", header(code));
            chunk(png, "IDAT", pixels(code));
            chunk(png, "IEND", new byte[0]);
            return file.toByteArray();
        } catch (WriterException e) {
            throw new IllegalArgumentException("the text does not fit into a QR code", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] header(BitMatrix code) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream header = new DataOutputStream(bytes);
        header.writeInt(code.getWidth());
        header.writeInt(code.getHeight());
        // One bit of grey; deflate; the standard filters; not interlaced.
        header.write(new byte[] {1, 0, 0, 0, 0});
        return bytes.toByteArray();
    }

    private static byte[] pixels(BitMatrix code) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflate = new DeflaterOutputStream(bytes)) {
            for (int y = 0; y < code.getHeight(); y++) {
                // Each line begins with its filter: none.
                byte[] line = new byte[1 + (code.getWidth() + 7) / 8];
                for (int x = 0; x < code.getWidth(); x++) {
                    if (!code.get(x, y)) {
                        line[1 + x / 8] |= (byte) (0x80 >> x % 8);
                    }
                }
                deflate.write(line);
            }
        }
        return bytes.toByteArray();
    }

    private static void chunk(DataOutputStream png, String type, byte[] data) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        png.writeInt(data.length);
        png.write(name);
        png.write(data);
        png.writeInt((int) checksum.getValue());
    }
}
