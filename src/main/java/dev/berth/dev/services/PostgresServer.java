package dev.berth.dev.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL of this JVM: durable, started again when it dies, stopped when this JVM ends in whatever way. Its
 * database {@code berth} belongs to the ordinary user {@code berth}, as in production, so that nothing comes to need a
 * superuser.
 */
public final class PostgresServer implements DevServer {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final String HOST = "127.0.0.1";
    private static final String SUPERUSER = "postgres";
    private static final String USER = "berth";
    private static final String DATABASE = "berth";
    /** What clients are told while the server starts or stops: nothing is wrong. */
    private static final List<String> PASSING =
            List.of("starting up", "not yet accepting", "shutting down", "terminating connection");

    private static final String DATA = "data";
    private static final String INITIALISED = "initialised";
    private static final String PROVIDED = "database-provided";
    private static final Map<String, String> ENVIRONMENT = Map.of("LC_ALL", "C", "TZ", "UTC");
    private static final int PASSWORD_BYTES = 16;
    private static final int MAX_CONNECTIONS = 200;
    private static final Duration INIT_PATIENCE = Duration.ofMinutes(2);
    /** Long, because a start may have to recover what a crash left. */
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

    private final Launcher launcher;
    private final Binaries binaries;
    private final Path folder;
    private final Path data;
    private final int port;
    private final String password;
    private final Supervised supervised;

    /**
     * @param folder of this server alone; what an earlier start left there is used
     * @param port on which it will listen, on the loopback address only
     */
    public PostgresServer(Launcher launcher, Binaries binaries, Path folder, int port) {
        this.launcher = launcher;
        this.binaries = binaries;
        this.folder = folder.toAbsolutePath().normalize();
        this.data = this.folder.resolve(DATA);
        this.port = port;
        this.supervised = new Supervised("PostgreSQL", this::startProcess, Signal.INT, STOP_PATIENCE);
        try {
            Files.createDirectories(this.folder);
            this.password = password(this.folder.resolve("password"));
        } catch (IOException e) {
            throw new ServiceException("cannot set up PostgreSQL in " + folder + ": " + e, e);
        }
    }

    /**
     * Starts the server and returns when it accepts connections and has its database.
     *
     * @throws ServiceException the port is taken, or the server cannot run here
     */
    @Override
    public void start() {
        try {
            endLeftBehind(folder);
            FreePorts.require("PostgreSQL", port);
            initialise();
            supervised.start();
            provideDatabase();
        } catch (IOException | SQLException e) {
            close();
            throw new ServiceException("cannot start PostgreSQL in " + folder + ": " + e, e);
        }
    }

    /** The address of the database {@code berth} with user and password, known before the start; stays while the folder lives. */
    @Override
    public String url() {
        return url(DATABASE);
    }

    /** The address of another database of this server, as the user {@code berth}, who may create databases. */
    public String url(String database) {
        return "postgresql://" + USER + ":" + password + "@" + HOST + ":" + port + "/" + database;
    }

    /** A connection as the user {@code berth}, over JDBC, for set-up work. */
    public Connection connect(String database) throws SQLException {
        return connect(database, USER);
    }

    /** The process that serves now, for tests that kill it. */
    long pid() {
        ChildProcess process = supervised.current();
        if (process == null) {
            throw new IllegalStateException("PostgreSQL is not started");
        }
        return process.pid();
    }

    @Override
    public void close() {
        supervised.close();
    }

    private ChildProcess startProcess() {
        Path programs = programs();
        List<String> command = List.of(
                programs.resolve("bin/postgres").toString(),
                "-D",
                data.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=" + HOST,
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=on",
                "-c",
                "synchronous_commit=on",
                "-c",
                "max_connections=" + MAX_CONNECTIONS,
                "-c",
                "timezone=UTC",
                "-c",
                "cluster_name=berth");
        ChildProcess process = ChildProcess.start(
                launcher,
                new ChildProcess.Start(
                        "postgresql",
                        Signal.INT,
                        true,
                        command,
                        folder,
                        ENVIRONMENT,
                        "database system is ready to accept connections",
                        PostgresServer::log));
        process.awaitReady(START_PATIENCE);
        return process;
    }

    private static void log(String line) {
        if (line.contains("PANIC:")
                || (line.contains("FATAL:") && PASSING.stream().noneMatch(line::contains))) {
            LOG.warn("{}", line);
        } else {
            LOG.debug("{}", line);
        }
    }

    /**
     * Ends a server whose JVM was killed and that is still shutting down. A pid file of a dead server is left to PostgreSQL,
     * which also looks for its surviving workers; one whose pid now belongs to another program would only confuse it.
     */
    static void endLeftBehind(Path folder) {
        Path data = folder.toAbsolutePath().normalize().resolve(DATA);
        Path pidFile = data.resolve("postmaster.pid");
        try {
            Optional<ProcessHandle> left = Signals.leftBehind(pidFile, data.toString());
            if (left.isPresent()) {
                LOG.info(
                        "ending the PostgreSQL (pid {}) that an earlier run left behind",
                        left.get().pid());
                Signals.end(left.get(), Signal.INT, STOP_PATIENCE, Signal.QUIT);
            } else if (Signals.runs(pidFile)) {
                Files.deleteIfExists(pidFile);
            }
        } catch (IOException e) {
            throw new ServiceException("cannot read " + pidFile + ": " + e, e);
        }
    }

    private void initialise() throws IOException {
        if (Files.exists(folder.resolve(INITIALISED))) {
            return;
        }
        // Whatever lies there comes from an initialisation that did not end.
        Binaries.delete(data);
        Files.createDirectories(data);
        Path passwordFile = folder.resolve("superuser-password");
        Files.deleteIfExists(passwordFile);
        writePrivately(passwordFile, password);
        if (launcher.dropsOwner()) {
            for (Path path : List.of(data, passwordFile)) {
                Files.setAttribute(path, "unix:uid", Launcher.NOBODY);
            }
        }
        ChildProcess initdb = ChildProcess.start(
                launcher,
                new ChildProcess.Start(
                        "initdb",
                        Signal.KILL,
                        true,
                        List.of(
                                programs().resolve("bin/initdb").toString(),
                                "--pgdata=" + data,
                                "--username=" + SUPERUSER,
                                "--pwfile=" + passwordFile,
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                "--locale-provider=builtin",
                                "--locale=C.UTF-8",
                                "--no-instructions"),
                        folder,
                        ENVIRONMENT,
                        null,
                        line -> LOG.debug("{}", line)));
        try {
            int status = initdb.exit().get(INIT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (status != 0) {
                throw new ServiceException("initdb failed with status " + status + ":\n" + initdb.tail());
            }
        } catch (TimeoutException | ExecutionException e) {
            initdb.signal(Signal.KILL);
            throw new ServiceException("initdb did not end:\n" + initdb.tail(), e);
        } catch (InterruptedException e) {
            initdb.signal(Signal.KILL);
            Thread.currentThread().interrupt();
            throw new ServiceException("interrupted during initdb", e);
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        Files.createFile(folder.resolve(INITIALISED));
    }

    private void provideDatabase() throws SQLException, IOException {
        if (Files.exists(folder.resolve(PROVIDED))) {
            return;
        }
        try (Connection connection = connect(SUPERUSER, SUPERUSER);
                Statement statement = connection.createStatement()) {
            if (!exists(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + USER + "'")) {
                // Random and hexadecimal: the password needs no quoting.
                statement.execute("CREATE ROLE " + USER + " LOGIN CREATEDB PASSWORD '" + password + "'");
            }
            if (!exists(statement, "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
                statement.execute("CREATE DATABASE " + DATABASE + " OWNER " + USER);
            }
        }
        Files.createFile(folder.resolve(PROVIDED));
    }

    private Connection connect(String database, String user) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + HOST + ":" + port + "/" + database, user, password);
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private Path programs() {
        String machine = switch (Launcher.architecture()) {
            case "amd64" -> "x86_64";
            case "arm64" -> "arm_64";
            default -> Launcher.architecture();
        };
        String resource = "/postgres-" + Launcher.operatingSystem() + "-" + machine + ".txz";
        return binaries.unpacked(resource, Binaries::unpackTarXz);
    }

    private static String password(Path file) throws IOException {
        if (Files.exists(file)) {
            return Files.readString(file).trim();
        }
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        writePrivately(file, password);
        return password;
    }

    /** Creates the file for its owner alone, before anything secret is in it. */
    private static void writePrivately(Path file, String content) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content);
    }
}
