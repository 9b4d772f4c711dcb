package dev.berth.platform.bus;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** The closed set of message types, each under the tag that stands for it on the wire and in Kafka. */
public final class MessageCatalog {
    private final Map<String, Class<? extends Message>> types = new HashMap<>();

    private MessageCatalog() {}

    /**
     * Makes the set.
     *
     * @param roots records, or sealed interfaces: all records that they permit or that are declared inside are meant;
     *     the bus adds its own
     */
    public static MessageCatalog of(Collection<Class<? extends Message>> roots) {
        MessageCatalog catalog = new MessageCatalog();
        catalog.add(Done.class);
        catalog.add(Refusal.class);
        roots.forEach(catalog::add);
        return catalog;
    }

    private void add(Class<? extends Message> type) {
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                add(permitted.asSubclass(Message.class));
            }
            // Answers are declared inside the interface of their commands.
            for (Class<?> nested : type.getDeclaredClasses()) {
                if (nested.isRecord() && Message.class.isAssignableFrom(nested)) {
                    add(nested.asSubclass(Message.class));
                }
            }
        } else if (!type.isRecord()) {
            throw new IllegalArgumentException(type + " is neither sealed nor a record");
        } else {
            Class<? extends Message> other = types.putIfAbsent(tag(type), type);
            if (other != null && other != type) {
                throw new IllegalArgumentException("two message types share the tag " + tag(type));
            }
        }
    }

    /** The tag of a type, such as {@code bookings.BookingPlaced}: never a class name, so that packages can move. */
    public static String tag(Class<?> type) {
        String name = type.getPackageName();
        return name.substring(name.lastIndexOf('.') + 1) + "." + type.getSimpleName();
    }

    /** @throws IllegalArgumentException when no type has the tag */
    public Class<? extends Message> type(String tag) {
        Class<? extends Message> type = types.get(tag);
        if (type == null) {
            throw new IllegalArgumentException("unknown message tag " + tag);
        }
        return type;
    }

    public boolean knows(String tag) {
        return types.containsKey(tag);
    }

    public Map<String, Class<? extends Message>> types() {
        return Collections.unmodifiableMap(types);
    }
}
