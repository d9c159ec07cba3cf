/// A captured frame with all that the capture says about it, kept beyond the reader's next change.
///
/// ``CapturedFrame`` has the fields; this has the record itself, for ``PcapngWriter`` to copy.
package struct KeptRecord {
  private let octets: [UInt8]
  private let fields: RecordFields
  private let frameNumber: UInt64

  /// Copies a record out of its reader.
  ///
  /// - Complexity: O(n) in the captured length.
  package init(_ record: CaptureRecord) {
    octets = record.item.copied()
    fields = record.fields
    frameNumber = record.frameNumber
  }

  /// What the frame starts with.
  package var linkType: LinkType { fields.source.interface.linkType }

  /// The record, borrowed.
  package var record: CaptureRecord {
    @_lifetime(borrow self)
    get { CaptureRecord(octets.span.rawOctets, fields, frameNumber: frameNumber) }
  }
}
