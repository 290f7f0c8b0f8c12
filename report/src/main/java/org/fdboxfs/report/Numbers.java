package org.fdboxfs.report;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as people read them. */
final class Numbers {
  private static final MathContext DIGITS = new MathContext(4);
  private static final double ALL_DIGITS_FROM = 1000;
  private static final double NO_EXPONENT_BELOW = 1e15;

  private Numbers() {}

  /** Four significant digits, or all of those before the point; without an exponent up to 10^15. */
  static String text(double number) {
    if (!Double.isFinite(number)) {
      return Double.toString(number);
    }
    double size = Math.abs(number);
    if (size >= NO_EXPONENT_BELOW) {
      return new BigDecimal(number).round(DIGITS).stripTrailingZeros().toString();
    }
    if (size >= ALL_DIGITS_FROM) {
      return Long.toString(Math.round(number));
    }
    BigDecimal rounded = new BigDecimal(number).round(DIGITS);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }
}
