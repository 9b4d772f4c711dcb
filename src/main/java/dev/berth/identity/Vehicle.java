package dev.berth.identity;

import dev.berth.platform.bus.Message;
import dev.berth.values.VehicleId;

/**
 * A vehicle of a driver (ID10).
 *
 * @param version +1 with every change; its ETag
 */
public record Vehicle(VehicleId id, VehicleDetails details, long version) implements Message {}
