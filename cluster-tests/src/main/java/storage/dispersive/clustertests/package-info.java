/**
 * What an operator does in any cluster, as tests that others run: against an operator in process on
 * hollow nodes, and against one that the chart has installed.
 */
@NullMarked
package storage.dispersive.clustertests;

import org.jspecify.annotations.NullMarked;
