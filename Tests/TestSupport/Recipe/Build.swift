public import FrameRecipes

extension FrameRecipe {
  /// The octets without a virtio-net header, through the public ``FrameRecipe/octets``.
  ///
  /// For recipes that can be written: one with a fault ends the test run, and says where.
  public func build(file: StaticString = #file, line: UInt = #line) -> [UInt8] {
    var plain = self
    plain.virtioNetHeader = nil
    do {
      return try plain.octets
    } catch {
      preconditionFailure("\(error)", file: file, line: line)
    }
  }
}

extension [UInt8] {
  /// Two octets in network order.
  public func networkWord(at offset: Int) -> UInt16 {
    UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
  }
}
