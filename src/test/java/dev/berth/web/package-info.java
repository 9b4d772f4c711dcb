/** The web app as people see it: its pure parts by Node, its journeys in a real browser. */
@NullMarked
package dev.berth.web;

import org.jspecify.annotations.NullMarked;
