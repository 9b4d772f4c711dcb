package dev.berth.platform.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.platform.json.Json;
import dev.berth.platform.observability.Correlation;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusTest {
    private static final String ADDRESS = "test.commands";
    private static final MessageCatalog CATALOG = MessageCatalog.of(List.of(Work.class, Answer.class));

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.install(vertx, CATALOG, Json.mapper());

    record Work(String text) implements Command<Answer> {
        @Override
        public String address() {
            return ADDRESS;
        }
    }

    record Answer(String text) implements Message {}

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void commands_interleaveAtTheirAwaits() throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        io.vertx.core.Promise<Void> all = io.vertx.core.Promise.promise();
        serve(work -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            if (underWay.get() == 50) {
                all.complete();
            }
            // Completes only when all fifty have come this far: a serial consumer would hang here.
            all.future().await();
            return work.reply(new Answer(work.text()));
        });
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(bus.ask(new Work("w" + i)));
        }
        Future.all(answers).await(10, TimeUnit.SECONDS);
        assertThat(most).hasValue(50);
        assertThat(answers.get(7).result()).isEqualTo(new Answer("w7"));
    }

    @Test
    void rejection_comesBackAsTheSameProblem() throws Exception {
        serve(work -> {
            throw new Rejection(ProblemType.SLOT_TAKEN, "somebody was faster", "/slotId");
        });
        assertThatThrownBy(() -> bus.ask(new Work("x")).await(10, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(Rejection.class, refused -> {
                    assertThat(refused.problem().type()).isEqualTo(ProblemType.SLOT_TAKEN);
                    assertThat(refused.problem().errors()).hasSize(1);
                });
    }

    @Test
    void fault_isAnsweredWithoutItsText() throws Exception {
        serve(work -> {
            throw new IllegalStateException("password=hunter2");
        });
        assertThatThrownBy(() -> bus.ask(new Work("x")).await(10, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(Rejection.class, refused -> {
                    assertThat(refused.problem().type()).isEqualTo(ProblemType.INTERNAL);
                    assertThat(refused.problem().detail()).doesNotContain("hunter2");
                });
    }

    @Test
    void unservedAddress_isUnavailable() {
        assertThatThrownBy(() -> bus.ask(new Work("x")).await(10, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        Rejection.class,
                        refused -> assertThat(refused.problem().type()).isEqualTo(ProblemType.UNAVAILABLE));
    }

    @Test
    void correlation_followsACommand_andStaysWithIt() throws Exception {
        serve(work -> {
            String before = String.valueOf(Correlation.current());
            vertx.timer(1, TimeUnit.MILLISECONDS).await();
            return work.reply(new Answer(before + "/" + Correlation.current()));
        });
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String id = "c" + i;
            io.vertx.core.Promise<Answer> answer = io.vertx.core.Promise.promise();
            ((io.vertx.core.internal.ContextInternal) vertx.getOrCreateContext())
                    .duplicate()
                    .runOnContext(ignored -> {
                        Correlation.set(id);
                        bus.ask(new Work(id)).onComplete(answer);
                    });
            answers.add(answer.future());
        }
        Future.all(answers).await(10, TimeUnit.SECONDS);
        for (int i = 0; i < 20; i++) {
            assertThat(answers.get(i).result()).isEqualTo(new Answer("c" + i + "/c" + i));
        }
    }

    @Test
    void codec_carriesRecordsBetweenNodes_andIgnoresFieldsOfNewerOnes() {
        RecordCodec codec = new RecordCodec(CATALOG, Json.mapper());
        Buffer wire = Buffer.buffer("xx");
        codec.encodeToWire(wire, new Work("über"));
        assertThat(codec.decodeFromWire(2, wire)).isEqualTo(new Work("über"));

        String newer = "{\"text\":\"a\",\"added\":{\"later\":1}}";
        Buffer fromNewer = Buffer.buffer()
                .appendUnsignedByte((short) "bus.Work".length())
                .appendString("bus.Work")
                .appendInt(newer.length())
                .appendString(newer);
        assertThat(codec.decodeFromWire(0, fromNewer)).isEqualTo(new Work("a"));
    }

    private void serve(Function<Work, Message> handler) throws Exception {
        vertx.deployVerticle(
                        new VerticleBase() {
                            @Override
                            public Future<?> start() {
                                return bus.<Work>serve(ADDRESS, Work.class, handler);
                            }
                        },
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await(10, TimeUnit.SECONDS);
    }
}
