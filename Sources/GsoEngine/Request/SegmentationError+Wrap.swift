internal import WireFormats

// Where errors of other types become segmentation errors.
extension PacketLayout {
  /// Reads the headers of a frame; errors are thrown as ``SegmentationError/frame(_:)``.
  @inline(__always)
  internal init(
    reading frame: RawSpan, link: LinkLayer, tunnels: TunnelRecognition
  ) throws(SegmentationError) {
    do throws(WireError) {
      try self.init(parsing: frame, link: link, tunnels: tunnels)
    } catch {
      throw .frame(error)
    }
  }

  /// Reads the headers of a frame with a described tunnel; errors are thrown as
  /// ``SegmentationError/frame(_:)``.
  internal init(
    reading frame: RawSpan, link: LinkLayer, innerNetworkOffset: Int
  ) throws(SegmentationError) {
    do throws(WireError) {
      try self.init(parsing: frame, link: link, innerNetworkOffset: innerNetworkOffset)
    } catch {
      throw .frame(error)
    }
  }
}

extension SegmentationError {
  /// Runs `body`; its errors are thrown as ``metadata(_:)``.
  @inline(__always)
  internal static func wrap<Value>(
    _ body: () throws(MetadataError) -> Value
  ) throws(SegmentationError) -> Value {
    do throws(MetadataError) {
      return try body()
    } catch {
      throw .metadata(error)
    }
  }
}
