package dev.berth.bookings;

import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import java.util.UUID;

/**
 * One stretch of a slot's calendar: a booking, or a slot's share of a block.
 *
 * @param id the booking's id, or an id of its own for each slot of a block
 * @param live whether it keeps others out; false removes it
 */
public record Occupancy(UUID id, SlotId slot, TimeRange stay, boolean live) {}
