package dev.berth.dev.mail;

import jakarta.mail.MessagingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The latest mails, one file each: first a line with the recipients of the envelope, then the mail as it came. */
final class MailStore {
    static final int MAILS_MAX = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(MailStore.class);
    private static final String SUFFIX = ".eml";

    private final Path folder;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    /** Newest first. */
    private final Deque<Summary> mails = new ArrayDeque<>();

    private long lastId;

    /**
     * A line of the list.
     *
     * @param id grows from mail to mail
     */
    record Summary(long id, Instant at, List<String> to, String from, String subject) {}

    private MailStore(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    static MailStore open(Path folder, InstantSource clock) throws IOException {
        MailStore store = new MailStore(Files.createDirectories(folder), clock);
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.getFileName().toString().matches("[0-9]{1,18}\\" + SUFFIX))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            store.remember(file);
        }
        return store;
    }

    /** Keeps a mail; it is on the disk when this returns. The same mail for several recipients is one. */
    void add(List<String> recipients, byte[] source) throws IOException {
        lock.lock();
        try {
            lastId = Math.max(lastId + 1, clock.millis());
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            content.write((String.join(",", recipients) + "\n").getBytes(StandardCharsets.UTF_8));
            content.write(source);
            Path aside = folder.resolve("arriving");
            Files.write(aside, content.toByteArray());
            Path file = file(lastId);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            remember(file);
            while (mails.size() > MAILS_MAX) {
                Files.deleteIfExists(file(mails.removeLast().id()));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Newest first. */
    List<Summary> latest(int count) {
        lock.lock();
        try {
            return mails.stream().limit(count).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Newest first. */
    List<Summary> to(String address, int count) {
        String wanted = address.toLowerCase(Locale.ROOT);
        lock.lock();
        try {
            return mails.stream()
                    .filter(mail -> mail.to().contains(wanted))
                    .limit(count)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    Optional<Summary> find(long id) {
        lock.lock();
        try {
            return mails.stream().filter(mail -> mail.id() == id).findFirst();
        } finally {
            lock.unlock();
        }
    }

    /** The mail as it came. */
    byte[] source(Summary mail) throws IOException {
        byte[] content = Files.readAllBytes(file(mail.id()));
        return Arrays.copyOfRange(content, endOfFirstLine(content), content.length);
    }

    private void remember(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        int begin = endOfFirstLine(content);
        String recipients = new String(content, 0, begin, StandardCharsets.UTF_8).trim();
        String name = file.getFileName().toString();
        long id = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
        lastId = Math.max(lastId, id);
        String from = "";
        String subject = "";
        try {
            Mail mail = Mail.parse(Arrays.copyOfRange(content, begin, content.length));
            from = mail.from();
            subject = mail.subject();
        } catch (MessagingException e) {
            LOG.info("mail {} cannot be read as such: {}", id, e.toString());
        }
        List<String> to = Stream.of(recipients.split(",", -1))
                .map(each -> each.trim().toLowerCase(Locale.ROOT))
                .filter(each -> !each.isEmpty())
                .toList();
        mails.addFirst(new Summary(id, Instant.ofEpochMilli(id), to, from, subject));
    }

    private Path file(long id) {
        return folder.resolve(id + SUFFIX);
    }

    private static int endOfFirstLine(byte[] content) {
        for (int i = 0; i < content.length; i++) {
            if (content[i] == '\n') {
                return i + 1;
            }
        }
        return content.length;
    }
}
