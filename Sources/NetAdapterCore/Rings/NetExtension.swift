/// One value for each element of a packet ring: `NET_EXTENSION`.
///
/// Without the extension, values read as zero and writing has no effect.
public struct NetExtension<Value: BitwiseCopyable>: ~Copyable {
  /// `Enabled`: whether packets carry the values.
  public let isEnabled: Bool
  @usableFromInline internal let zero: Value
  @usableFromInline internal var memory: FixedMemory<Value>

  internal init(isEnabled: Bool, count: Int, zero: Value) {
    self.isEnabled = isEnabled
    self.zero = zero
    memory = FixedMemory(count: isEnabled ? count : 1, repeating: zero)
  }

  /// The value of the packet at `index` modulo the number of elements.
  ///
  /// - Complexity: O(1).
  @inlinable
  public subscript(index: Int) -> Value {
    get { isEnabled ? memory[index] : zero }
    set { if isEnabled { memory[index] = newValue } }
  }
}
