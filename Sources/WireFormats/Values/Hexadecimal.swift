/// The hexadecimal digits of an integer, with leading zeros: `0800`.
package func hexadecimal<T: FixedWidthInteger & UnsignedInteger>(_ value: T) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: T.bitWidth / 4 - digits.count) + digits
}
