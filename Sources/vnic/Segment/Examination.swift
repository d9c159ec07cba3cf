import PacketCapture
import WireFormats

/// What a frame is, and what is to become of it.
struct Examination {
  let link: LinkLayer
  /// Nil if the headers cannot be read; then ``error`` says why.
  let layout: PacketLayout?
  let error: WireError?
  let verdict: Verdict

  /// Length of the outermost IP packet, in octets; nil if there is none.
  var packetLength: Int? { layout?.packetLength }

  init(of record: CaptureRecord, in file: String, limit: SizeLimit) throws(Failure) {
    self.init(of: record, try LinkLayer(of: record, in: file), limit)
  }

  init(of record: CaptureRecord, _ link: LinkLayer, _ limit: SizeLimit) {
    self.link = link
    do throws(WireError) {
      let layout = try PacketLayout(parsing: record.octets, link: link, tunnels: .wellKnown)
      verdict = Verdict(on: record, layout, limit)
      (self.layout, error) = (layout, nil)
    } catch {
      verdict = Verdict(onUnreadable: record, link, error, limit)
      (layout, self.error) = (nil, error)
    }
  }
}

extension PacketLayout {
  /// Length of the outermost IP packet, in octets; nil if there is none.
  var packetLength: Int? {
    guard let end = tunnel?.network.end ?? network?.end else { return nil }
    return end - linkHeaderLength
  }
}
