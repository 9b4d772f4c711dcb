package dev.berth.access;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

@Tag("AC5")
@Tag("rule-40")
class SensorsPropertiesTest {
    @Property
    void aCount_neverFreesMore_thanTheCapacityLessWhatIsBookedAndHasNotCome(
            @ForAll @IntRange(max = 300) int capacity,
            @ForAll @IntRange(max = 300) int booked,
            @ForAll @IntRange(max = 300) int arrived,
            @ForAll @IntRange(max = 400) int counted) {
        Assume.that(arrived <= booked && booked <= capacity);
        int free = Sensors.free(capacity, booked, arrived, counted);
        assertThat(free).isBetween(0, capacity - (booked - arrived));
        assertThat(free).isLessThanOrEqualTo(counted);
    }

    @Property
    void withoutACount_bookingsSayIt(
            @ForAll @IntRange(max = 300) int capacity,
            @ForAll @IntRange(max = 300) int booked,
            @ForAll @IntRange(max = 300) int arrived) {
        Assume.that(arrived <= booked && booked <= capacity);
        assertThat(Sensors.free(capacity, booked, arrived, null)).isEqualTo(capacity - booked);
    }

    @Example
    void strangersInAGarage_areSeenByTheSensorOnly() {
        assertThat(Sensors.free(100, 20, 5, 60)).isEqualTo(45);
        assertThat(Sensors.free(100, 20, 20, 60)).isEqualTo(60);
        assertThat(Sensors.free(100, 20, 0, 10)).isZero();
    }
}
