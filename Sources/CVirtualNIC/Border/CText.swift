internal import NetAdapterCore

/// Text that is written into a buffer of C, without an allocation.
///
/// What does not fit is counted and not written.
@safe
internal struct CText {
  private let buffer: UnsafeMutablePointer<CChar>?
  private let size: Int
  private var length = 0

  init(_ buffer: UnsafeMutablePointer<CChar>?, _ size: Int) {
    unsafe self.buffer = unsafe buffer
    self.size = unsafe buffer == nil ? 0 : max(size, 0)
  }

  /// Writes the final 0.
  ///
  /// - Returns: The length of the whole text without it.
  func finish() -> Int {
    // SAFETY: the place is below the size of the buffer.
    if size > 0 { unsafe buffer?[min(length, size - 1)] = 0 }
    return length
  }

  private mutating func append(_ octet: UInt8) {
    // SAFETY: the place is below the size of the buffer, with one left for the final 0.
    if length < size - 1 { unsafe buffer?[length] = CChar(bitPattern: octet) }
    length += 1
  }

  /// Appends a text of Swift.
  mutating func append(_ text: String) {
    for octet in text.utf8 { append(octet) }
  }

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { octets in
      for index in octets.indices { append(unsafe octets[index]) }
    }
  }

  private mutating func append(_ number: Int64) {
    if number < 0 { append(UInt8(ascii: "-")) }
    append(number.magnitude, radix: 10)
  }

  private mutating func append(_ number: UInt64, radix: UInt64) {
    if number >= radix { append(number / radix, radix: radix) }
    let digit = UInt8(truncatingIfNeeded: number % radix)
    append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
  }

  /// Appends a sentence, with its operands in place of `%1`, `%2` and `%3`.
  ///
  /// `%0` is the code, `%x1` an operand in hexadecimal digits, `%L1` the name of a layer, `%F1`
  /// that of a header field, `%C1` that of a declaration, `%K1` what a keyword does, and `%M1` the
  /// name of the member of a request that goes into a keyword.
  mutating func append(
    sentence: StaticString, _ code: Int32, _ operands: (Int64, Int64, Int64)
  ) {
    sentence.withUTF8Buffer { octets in
      var index = 0
      while index < octets.count {
        let octet = unsafe octets[index]
        index += 1
        guard octet == UInt8(ascii: "%"), index < octets.count else {
          append(octet)
          continue
        }
        var form = unsafe octets[index]
        index += 1
        var place = form
        if form > UInt8(ascii: "9"), index < octets.count {
          place = unsafe octets[index]
          index += 1
        } else {
          form = 0
        }
        let value: Int64 =
          switch place {
          case UInt8(ascii: "1"): operands.0
          case UInt8(ascii: "2"): operands.1
          case UInt8(ascii: "3"): operands.2
          default: Int64(code)
          }
        append(value, form: form)
      }
    }
  }

  private mutating func append(_ value: Int64, form: UInt8) {
    switch form {
    case UInt8(ascii: "x"): append(UInt64(bitPattern: value), radix: 16)
    case UInt8(ascii: "L"): append(ErrorSentence.layer(value))
    case UInt8(ascii: "F"): append(ErrorSentence.field(value))
    case UInt8(ascii: "C"): append(ErrorSentence.declaration(value))
    case UInt8(ascii: "K"): append(disabling: Self.keyword(value))
    case UInt8(ascii: "M"):
      let member = Self.keyword(value).flatMap { OffloadRefusal.Member(keyword: $0) }
      append(member?.rawValue ?? "a member that disables the offload")
    default: append(value)
    }
  }

  private static func keyword(_ number: Int64) -> Keyword? {
    Int(exactly: number).flatMap { Keyword(number: $0) }
  }

  /// Appends that a keyword disables an offload, in the words of `InactiveCause`.
  private mutating func append(disabling keyword: Keyword?) {
    append(keyword?.rawValue ?? "a keyword")
    append(keyword?.largestValue == 1 ? " is 0" : " disables it")
  }
}
