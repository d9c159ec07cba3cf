/// One message between a calendar and a user-mode Linux with `time-travel=ext`: 16 octets (Linux,
/// `include/uapi/linux/um_timetravel.h`).
internal struct VirtualTimeMessage: Hashable {
  /// What a message asks for.
  enum Operation: UInt32 {
    /// The answer to any other message.
    case acknowledge = 0
    /// A guest begins; its time is the number that it was given.
    case start = 1
    /// A guest wants to run at a time.
    case request = 2
    /// A guest has nothing to do until that time.
    case wait = 3
    /// A guest asks what time it is.
    case get = 4
    /// A guest that runs has advanced its time.
    case update = 5
    /// To a guest: run, at this time.
    case run = 6
    /// To a guest: its time is its own until then.
    case freeUntil = 7
    /// A guest asks for the time of day.
    case getTimeOfDay = 8
    /// A message to all guests.
    case broadcast = 9
  }

  static let byteCount = 16

  let operation: UInt32
  /// The answer has the number of its question.
  let sequence: UInt32
  /// Nanoseconds.
  let time: UInt64

  init(_ operation: Operation, sequence: UInt32 = 0, time: UInt64) {
    (self.operation, self.sequence, self.time) = (operation.rawValue, sequence, time)
  }

  /// Reads the first 16 of some octets.
  init(parsing octets: [UInt8]) {
    operation = UInt32(truncatingIfNeeded: octets.number(at: 0, byteCount: 4))
    sequence = UInt32(truncatingIfNeeded: octets.number(at: 4, byteCount: 4))
    time = octets.number(at: 8, byteCount: 8)
  }

  var octets: [UInt8] {
    var octets: [UInt8] = []
    octets.append(operation, byteCount: 4)
    octets.append(sequence, byteCount: 4)
    octets.append(time, byteCount: 8)
    return octets
  }
}
