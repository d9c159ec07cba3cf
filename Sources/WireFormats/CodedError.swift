/// An error or a reason that has a number, for languages and files without Swift's enumerations.
///
/// ```swift
/// do {
///   _ = try PacketLayout(parsing: frame)
/// } catch let error as any CodedError {
///   print(error.code, error.operands)      // 235, (46, 12, 0)
/// }
/// ```
///
/// A code is unique in the whole package and stays the same for ever. A new case gets a new number,
/// and the number of a case that is gone is not used again. `Fixtures/ErrorCodes.tsv` has all of
/// them. A case that only passes on another error has the code and the operands of that error.
///
/// | codes | type |
/// |---|---|
/// | 1 to 99 | not used here; for functions in C |
/// | 100 to 199 | ``WireError`` |
/// | 200 to 299 | `SegmentationError` |
/// | 300 to 399 | `MetadataError` |
/// | 400 to 449 | `CoalescingRefusal` |
/// | 450 to 499 | `CoalescingError` |
/// | 500 to 549 | `AdapterError`, `OffloadRefusal` |
/// | 550 to 599 | `QueueError`, `NetFieldError` |
/// | 600 to 649 | `LinkError` |
/// | 650 to 699 | `TransmitReport.DropReason` |
/// | 700 to 749 | `SoftwareReason` |
/// | 800 to 849 | ``StateError`` |
/// | 850 to 899 | errors of saving and restoring a NIC |
/// | 1000 to 1099 | `AdapterViolation`: 1000 and the failure code of NetAdapterCx |
/// | 1100 | `AdapterViolation` without a failure code |
/// | 2000 to 2099 | `CaptureError`, which has the properties and not the protocol |
/// | 2100 to 2199 | `CaptureWriteError`, likewise |
public protocol CodedError {
  /// The code and the operands.
  var numbers: ErrorNumbers { get }
}

extension CodedError {
  /// The number of the case.
  ///
  /// - Complexity: O(1). Does not allocate.
  public var code: Int32 { numbers.code }

  /// Up to three values of the case, in its order; 0 for those that it does not have.
  ///
  /// - Complexity: O(1). Does not allocate.
  public var operands: (Int64, Int64, Int64) { numbers.operands }
}

/// The code of an error and its operands.
public struct ErrorNumbers: Sendable {
  /// The number of the case.
  public let code: Int32
  /// Up to three values of the case; 0 for those that it does not have.
  public let operands: (Int64, Int64, Int64)

  /// A case with up to three values.
  package init(_ code: Int32, _ first: Int = 0, _ second: Int = 0, _ third: Int = 0) {
    self.code = code
    operands = (Int64(first), Int64(second), Int64(third))
  }

  /// A case with values of 64 bits.
  package init(_ code: Int32, wide first: Int64, _ second: Int64 = 0, _ third: Int64 = 0) {
    self.code = code
    operands = (first, second, third)
  }
}
