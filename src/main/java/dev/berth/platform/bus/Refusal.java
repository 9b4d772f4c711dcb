package dev.berth.platform.bus;

import dev.berth.platform.problems.Problem;

/** The answer of a command that was refused. */
record Refusal(Problem problem) implements Message {}
