package dev.berth.dev.mail;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What a reader sees of a mail.
 *
 * @param text the plain part, empty when there is none
 * @param html the HTML part with its pictures in it; null when there is none
 * @param attachments the names of what else came along
 */
record Mail(
        String subject, String from, String text, @Nullable String html, List<String> attachments) {
    private static final int DEPTH_MAX = 10;
    private static final int PARTS_MAX = 100;

    static Mail parse(byte[] source) throws IOException, MessagingException {
        MimeMessage message = new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(source));
        Parts parts = new Parts();
        parts.read(message, 0);
        String html = parts.html;
        if (html != null) {
            for (Map.Entry<String, String> picture : parts.pictures.entrySet()) {
                html = html.replace("cid:" + picture.getKey(), picture.getValue());
            }
        }
        String subject = message.getSubject();
        String from = message.getHeader("From", null);
        return new Mail(
                subject == null ? "" : subject,
                from == null ? "" : jakarta.mail.internet.MimeUtility.decodeText(from),
                parts.text,
                html,
                List.copyOf(parts.attachments));
    }

    private static final class Parts {
        private final Map<String, String> pictures = new HashMap<>();
        private final List<String> attachments = new ArrayList<>();
        private String text = "";
        private @Nullable String html;
        private int count;

        void read(Part part, int depth) throws IOException, MessagingException {
            if (depth > DEPTH_MAX || ++count > PARTS_MAX) {
                return;
            }
            if (part.isMimeType("multipart/*") && part.getContent() instanceof Multipart multipart) {
                for (int i = 0; i < multipart.getCount(); i++) {
                    read(multipart.getBodyPart(i), depth + 1);
                }
                return;
            }
            String name = part.getFileName();
            boolean attached = Part.ATTACHMENT.equalsIgnoreCase(part.getDisposition());
            if (!attached && html == null && part.isMimeType("text/html")) {
                html = content(part);
            } else if (!attached && text.isEmpty() && part.isMimeType("text/plain")) {
                text = content(part);
            } else {
                String id = part instanceof BodyPart body && body.getHeader("Content-ID") != null
                        ? body.getHeader("Content-ID")[0].replaceAll("[<> ]", "")
                        : "";
                if (!id.isEmpty() && part.isMimeType("image/*")) {
                    pictures.put(
                            id,
                            "data:" + mediaType(part) + ";base64,"
                                    + Base64.getEncoder()
                                            .encodeToString(
                                                    part.getInputStream().readAllBytes()));
                } else {
                    attachments.add(name == null ? mediaType(part) : name);
                }
            }
        }

        private static String content(Part part) throws IOException, MessagingException {
            return new String(part.getInputStream().readAllBytes(), charset(part));
        }

        private static String mediaType(Part part) throws MessagingException {
            String type = part.getContentType();
            int end = type.indexOf(';');
            return (end < 0 ? type : type.substring(0, end))
                    .trim()
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9/+.-]", "");
        }

        private static Charset charset(Part part) throws MessagingException {
            String name = new jakarta.mail.internet.ContentType(part.getContentType()).getParameter("charset");
            try {
                return name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
            } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
                return StandardCharsets.UTF_8;
            }
        }
    }
}
