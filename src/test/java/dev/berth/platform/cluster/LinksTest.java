package dev.berth.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<String> THREE = List.of("oldest", "middle", "youngest");

    @Test
    void aMemberThatHasNeverAnswered_isNoReasonToGiveWay() {
        Links links = new Links(PATIENCE);
        fail(links, "youngest", 0, 600);
        fail(links, "oldest", 0, 600);
        assertThat(givesWay(links, "middle", THREE, 600)).isFalse();
    }

    @Test
    void whoReachesNobody_givesWay_whoReachesMost_stays() {
        Links cutOff = carried("middle", "youngest");
        fail(cutOff, "middle", 0, 21);
        fail(cutOff, "youngest", 0, 21);
        assertThat(givesWay(cutOff, "oldest", THREE, 19)).isFalse();
        assertThat(givesWay(cutOff, "oldest", THREE, 21)).isTrue();

        Links other = carried("oldest", "youngest");
        fail(other, "oldest", 0, 21);
        assertThat(givesWay(other, "middle", THREE, 21)).isFalse();
    }

    @Test
    void ofTwo_theYoungerGivesWay() {
        List<String> two = List.of("oldest", "youngest");
        Links younger = carried("oldest");
        fail(younger, "oldest", 0, 21);
        assertThat(givesWay(younger, "youngest", two, 21)).isTrue();

        Links older = carried("youngest");
        fail(older, "youngest", 0, 21);
        assertThat(givesWay(older, "oldest", two, 21)).isFalse();
        assertThat(givesWay(older, "oldest", two, 600)).isFalse();
    }

    @Test
    void ofASingleBrokenLink_theYoungerEndGivesWay_afterTwiceTheTime() {
        Links younger = carried("oldest", "middle");
        fail(younger, "oldest", 0, 41);
        assertThat(givesWay(younger, "youngest", THREE, 39)).isFalse();
        assertThat(givesWay(younger, "youngest", THREE, 41)).isTrue();

        Links older = carried("middle", "youngest");
        fail(older, "youngest", 0, 600);
        assertThat(givesWay(older, "oldest", THREE, 600)).isFalse();
    }

    @Test
    void aLinkThatCarriesAgain_isForgiven() {
        Links links = carried("oldest");
        fail(links, "oldest", 0, 19);
        links.carried("oldest");
        assertThat(givesWay(links, "youngest", List.of("oldest", "youngest"), 600))
                .isFalse();
        assertThat(links.failed("oldest", nanos(700))).isZero();
    }

    @Test
    void whoHasLeft_isForgotten() {
        Links links = carried("oldest");
        fail(links, "oldest", 0, 19);
        links.members(List.of("youngest"));
        assertThat(givesWay(links, "youngest", List.of("youngest"), 600)).isFalse();
    }

    private static Links carried(String... others) {
        Links links = new Links(PATIENCE);
        for (String other : others) {
            links.carried(other);
        }
        return links;
    }

    private static void fail(Links links, String other, long from, long to) {
        for (long second = from; second <= to; second++) {
            links.failed(other, nanos(second));
        }
    }

    private static boolean givesWay(Links links, String self, List<String> members, long second) {
        return links.mustGiveWay(self, members, nanos(second));
    }

    private static long nanos(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
