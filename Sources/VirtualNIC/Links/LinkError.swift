/// Why a link cannot be made as asked.
public enum LinkError: Error, Hashable, Sendable {
  /// A rate of ``Impairments`` is no probability.
  case rateOutOfRange(name: String, value: Double)
  /// A wire of 0 bits per second carries nothing, ever.
  case bandwidthOfZero
  /// A queue cannot hold so many frames.
  case capacityOutOfRange(Int)
}

extension LinkError: CustomStringConvertible {
  /// One sentence with the numbers.
  public var description: String {
    switch self {
    case .rateOutOfRange(let name, let value):
      "`\(name)` is \(value); a rate is a probability from 0 to 1"
    case .bandwidthOfZero:
      "`bandwidth` is 0 bits per second; it must be at least 1, or nil for no limit"
    case .capacityOutOfRange(let capacity):
      "a queue of \(capacity) frames cannot be; its capacity must be at least 0"
    }
  }
}
