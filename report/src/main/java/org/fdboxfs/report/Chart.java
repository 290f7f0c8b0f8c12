package org.fdboxfs.report;

/** A picture of figures, which stand beside it, or in its place where nothing can be drawn. */
public sealed interface Chart extends Block permits BarChart, Balance {
  /** What is shown, and in which unit. */
  String title();

  /** The figures of it, without a caption. */
  Table figures();
}
