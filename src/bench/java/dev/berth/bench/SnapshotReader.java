package dev.berth.bench;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads answers to {@code pins.snapshot} without making trees of them: the load shares the machine with the node. */
final class SnapshotReader {
    private final JsonMapper json;

    SnapshotReader(JsonMapper json) {
        this.json = json;
    }

    /**
     * A tile of an answer.
     *
     * @param versions of its listings
     * @param isSame whether the asker has them already
     */
    record TileSnapshot(String tile, long epoch, long number, Map<String, Long> versions, boolean isSame) {}

    /** The messages of a SockJS frame. */
    List<String> messages(String frame) throws IOException {
        List<String> messages = new ArrayList<>();
        try (JsonParser parser = json.createParser(frame.substring(1))) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.VALUE_STRING) {
                messages.add(parser.getText());
            }
        }
        return messages;
    }

    List<TileSnapshot> tiles(String message) throws IOException {
        List<TileSnapshot> tiles = new ArrayList<>();
        try (JsonParser parser = json.createParser(message)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME
                        && parser.currentName().equals("tiles")) {
                    parser.nextToken();
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        tiles.add(tile(parser));
                    }
                }
            }
        }
        return tiles;
    }

    private static TileSnapshot tile(JsonParser parser) throws IOException {
        String name = "";
        long epoch = -1;
        long number = -1;
        Map<String, Long> versions = new HashMap<>();
        boolean isSame = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "tile" -> name = parser.getText();
                case "epoch" -> epoch = parser.getLongValue();
                case "seq" -> number = parser.getLongValue();
                case "pins" -> {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        pin(parser, versions);
                    }
                }
                case "same" -> isSame = parser.getBooleanValue();
                default -> parser.skipChildren();
            }
        }
        return new TileSnapshot(name, epoch, number, versions, isSame);
    }

    private static void pin(JsonParser parser, Map<String, Long> versions) throws IOException {
        String id = "";
        long version = -1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "id" -> id = parser.getText();
                case "v" -> version = parser.getLongValue();
                default -> parser.skipChildren();
            }
        }
        versions.put(id, version);
    }
}
