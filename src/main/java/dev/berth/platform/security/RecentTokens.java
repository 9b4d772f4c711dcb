package dev.berth.platform.security;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Verified tokens in two generations: when the young one is full the old one is dropped, so that the size is bounded and
 * what is used survives, without any bookkeeping per use. The whole token is the key: nothing less proves it.
 */
final class RecentTokens {
    private final int generationSize;
    private volatile Generations generations = new Generations(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());

    private record Generations(
            ConcurrentMap<String, Tokens.Verified> young, ConcurrentMap<String, Tokens.Verified> old) {}

    RecentTokens(int maxTokens) {
        this.generationSize = Math.max(1, maxTokens / 2);
    }

    Tokens.@Nullable Verified get(String token) {
        Generations now = generations;
        Tokens.Verified found = now.young.get(token);
        if (found == null) {
            found = now.old.get(token);
            if (found != null) {
                put(token, found);
            }
        }
        return found;
    }

    void put(String token, Tokens.Verified verified) {
        Generations now = generations;
        if (now.young.size() >= generationSize) {
            // Two threads may both turn the page; what is lost is verified again.
            now = new Generations(new ConcurrentHashMap<>(), now.young);
            generations = now;
        }
        now.young.put(token, verified);
    }

    int size() {
        return generations.young.size() + generations.old.size();
    }
}
