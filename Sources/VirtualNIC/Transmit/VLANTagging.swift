internal import NetAdapterCore
internal import WireFormats

// 802.1Q tags beside the octets of a frame.
extension Ieee8021QTagCapabilities.Flags {
  /// Whether the hardware inserts a tag.
  ///
  /// The metadata of a packet has a priority and an identifier, each with a bit that asks for it.
  /// It has no drop eligible indicator, and no other type than that of 802.1Q. A tag of zeros has
  /// no bit to ask for it.
  internal func inserts(_ tag: VLANTag) -> Bool {
    guard tag.type == .vlan, !tag.isDropEligible, tag.controlInformation != 0 else {
      return false
    }
    return (tag.priority == 0 || contains(.priorityTagging))
      && (tag.identifier == 0 || contains(.vlanTagging))
  }

  /// Whether the hardware removes a tag from a received frame, and delivers it beside it.
  internal func removes(_ tag: VLANTag) -> Bool {
    guard tag.type == .vlan, !tag.isDropEligible else { return false }
    return contains(.vlanTagging) || contains(.priorityTagging) && tag.identifier == 0
  }
}

extension NetPacketIeee8021Q {
  /// The metadata that asks hardware to insert a tag.
  internal init(inserting tag: VLANTag) {
    self.init(received: tag)
    if tag.priority != 0 { tagging.insert(.priority) }
    if tag.identifier != 0 { tagging.insert(.vlan) }
  }

  /// The metadata of a packet whose tag was removed.
  internal init(received tag: VLANTag) {
    self.init()
    priorityCodePoint = Int(tag.priority)
    vlanIdentifier = Int(tag.identifier)
  }

  /// The tag to insert; nil if none is asked for.
  internal var tagToInsert: VLANTag? {
    guard !tagging.isEmpty else { return nil }
    let priority = tagging.contains(.priority) ? UInt16(priorityCodePoint) : 0
    let identifier = tagging.contains(.vlan) ? UInt16(vlanIdentifier) : 0
    return VLANTag(type: .vlan, controlInformation: priority << 13 | identifier)
  }
}
