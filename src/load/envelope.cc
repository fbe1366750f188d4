#include "load/envelope.h"

#include "base/time.h"
#include "encode/put.h"
#include "logs/log.h"

namespace busyhour {
namespace {

constexpr std::array<EnvelopeInfo, kEnvelopeCount> kEnvelopes = {{
    {Envelope::kLines, "lines", "application/x-ndjson", "one record a line"},
    {Envelope::kOctets, "octets", "application/octet-stream",
     "`LENGTH RECORD`, octets counted as in RFC 6587"},
    {Envelope::kRecord, "record", "application/json",
     "each record a message of its own"},
    {Envelope::kArray, "array", "application/json", "one JSON array"},
    {Envelope::kEventHub, "event-hub", "application/json",
     "`{\"records\":[...]}`, as Azure streams logs to an event hub"},
    {Envelope::kElastic, "elastic", "application/x-ndjson",
     "bulk requests of Elasticsearch and OpenSearch: `create` under the "
     "record's own id"},
    {Envelope::kSplunk, "splunk", "application/json",
     "events of Splunk's HTTP Event Collector"},
    {Envelope::kLoki, "loki", "application/json",
     "push requests of Grafana Loki, a stream a log"},
    {Envelope::kOtlp, "otlp", "application/json",
     "OpenTelemetry's ExportLogsServiceRequest as JSON"},
}};

// Local use 0, informational.
constexpr std::string_view kSyslogPriority = "<134>1 ";
constexpr std::string_view kSyslogNames = " busyhour busyhour - ";

constexpr std::string_view kOtlpPrologue =
    R"({"resourceLogs":[{"resource":{"attributes":[{"key":"service.name",)"
    R"("value":{"stringValue":"busyhour"}}]},"scopeLogs":[{"scope":{"name":)"
    R"("busyhour"},"logRecords":[)";
constexpr std::string_view kOtlpEpilogue = "]}]}]}";

std::string_view CategoryOf(const Record& record) {
  return Info(record.log()).category;
}

// Inside a JSON string. Our records hold no control characters but those that
// a page-like shape breaks its lines with.
void AppendEscaped(std::string_view text, std::string& to) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) {
      continue;
    }
    to.append(text.substr(begin, i - begin));
    begin = i + 1;
    switch (c) {
      case '"':
        to += "\\\"";
        break;
      case '\\':
        to += "\\\\";
        break;
      case '\n':
        to += "\\n";
        break;
      case '\r':
        to += "\\r";
        break;
      case '\t':
        to += "\\t";
        break;
      default: {
        constexpr std::string_view kDigits = "0123456789abcdef";
        const auto code = static_cast<unsigned char>(c);
        to += "\\u00";
        to += kDigits[code >> 4];
        to += kDigits[code & 15];
      }
    }
  }
  to.append(text.substr(begin));
}

std::string SecondsText(SimTime time) {
  std::string ms = std::to_string(time.ms % kMsPerSecond);
  ms.insert(0, 3 - ms.size(), '0');
  return std::to_string(time.ms / kMsPerSecond) + '.' + ms;
}

std::string NanosText(SimTime time) {
  return time.ms == 0 ? "0" : std::to_string(time.ms) + "000000";
}

// RFC 5424's TIMESTAMP, with three digits of a fraction in any case: stock
// parsers refuse one that comes and goes.
std::string TimestampText(SimTime time) {
  std::string text = FormatTime(time);
  if (time.ms % kMsPerSecond == 0) text.insert(text.size() - 1, ".000");
  return text;
}

}  // namespace

std::span<const EnvelopeInfo, kEnvelopeCount> Envelopes() { return kEnvelopes; }

std::string Objection(Envelope envelope, const std::vector<FaultRule>& faults) {
  if (envelope == Envelope::kLines || envelope == Envelope::kOctets ||
      envelope == Envelope::kRecord) {
    return "";
  }
  for (const FaultRule& rule : faults) {
    if (!Info(rule.kind).needs_lines) continue;
    return "fault " + std::string(Info(rule.kind).name) +
           " needs records that stand alone; in envelope " +
           std::string(Info(envelope).name) +
           " it would break the whole message";
  }
  return "";
}

Wrapper::Wrapper(Envelope envelope, bool syslog, const Cast& cast)
    : envelope_(envelope), syslog_(syslog), cast_(cast) {
  switch (envelope) {
    case Envelope::kArray:
      prologue_ = "[";
      epilogue_ = "]";
      break;
    case Envelope::kEventHub:
      prologue_ = R"({"records":[)";
      epilogue_ = "]}";
      break;
    case Envelope::kLoki:
      prologue_ = R"({"streams":[)";
      epilogue_ = "]}]}";
      break;
    case Envelope::kOtlp:
      prologue_ = kOtlpPrologue;
      epilogue_ = kOtlpEpilogue;
      break;
    case Envelope::kLines:
    case Envelope::kOctets:
    case Envelope::kRecord:
    case Envelope::kElastic:
    case Envelope::kSplunk:
      break;
  }
}

void Wrapper::Begin(std::string& bytes) {
  bytes += prologue_;
  first_ = true;
}

void Wrapper::End(std::string& bytes) { bytes += epilogue_; }

void Wrapper::Join(LogType log, std::string& bytes) {
  switch (envelope_) {
    case Envelope::kLines:
    case Envelope::kOctets:
    case Envelope::kRecord:
    case Envelope::kElastic:
    case Envelope::kSplunk:
      break;
    case Envelope::kArray:
    case Envelope::kEventHub:
    case Envelope::kOtlp:
      if (!first_) bytes += ',';
      break;
    case Envelope::kLoki:
      // Records of one log after the other share a stream object.
      if (!first_ && last_log_ == log) {
        bytes += ',';
        break;
      }
      if (!first_) bytes += "]},";
      bytes += R"({"stream":{"service_name":"busyhour","category":")";
      bytes += Info(log).category;
      bytes += R"("},"values":[)";
      break;
  }
  first_ = false;
  last_log_ = log;
}

std::size_t Wrapper::AddPiece(LogType log, std::string_view piece,
                              std::string& bytes) {
  Join(log, bytes);
  const std::size_t begin = bytes.size();
  bytes += piece;
  return begin;
}

std::size_t Wrapper::Add(const Record& record, std::string_view text,
                         std::string& bytes) {
  if (syslog_) {
    wrapped_.assign(kSyslogPriority);
    wrapped_ += TimestampText(record.delivery());
    wrapped_ += kSyslogNames;
    wrapped_ += CategoryOf(record);
    wrapped_ += " - ";
    wrapped_ += text;
    text = wrapped_;
  }
  Join(record.log(), bytes);
  const std::size_t begin = bytes.size();
  switch (envelope_) {
    case Envelope::kLines:
      bytes += text;
      bytes += '\n';
      break;
    case Envelope::kOctets:
      bytes += std::to_string(text.size());
      bytes += ' ';
      bytes += text;
      break;
    case Envelope::kRecord:
    case Envelope::kArray:
    case Envelope::kEventHub:
      bytes += text;
      break;
    case Envelope::kElastic: {
      RecordIds ids;
      cast_.SetIds(record, ids);
      bytes += R"({"create":{"_id":")";
      AppendGuid(ids.id, bytes);
      // Several records may go without an id of their own.
      bytes += '-' + std::to_string(record.key.call_bits()) + '-' +
               std::to_string(record.sequence);
      // A fault's second delivery is to be there beside the first.
      if (record.is_copy()) bytes += "-copy";
      bytes += "\"}}\n";
      bytes += text;
      bytes += '\n';
      break;
    }
    case Envelope::kSplunk:
      bytes += R"({"time":)";
      bytes += SecondsText(record.delivery());
      bytes += R"(,"source":")";
      bytes += CategoryOf(record);
      bytes += R"(","sourcetype":"_json","event":)";
      bytes += text;
      bytes += "}\n";
      break;
    case Envelope::kLoki:
      bytes += "[\"";
      bytes += NanosText(record.delivery());
      bytes += "\",\"";
      AppendEscaped(text, bytes);
      bytes += "\"]";
      break;
    case Envelope::kOtlp:
      bytes += R"({"timeUnixNano":")";
      bytes += NanosText(record.delivery());
      bytes += R"(","body":{"stringValue":")";
      AppendEscaped(text, bytes);
      bytes += R"("},"attributes":[{"key":"category","value":{"stringValue":")";
      bytes += CategoryOf(record);
      bytes += R"("}}]})";
      break;
  }
  return begin;
}

}  // namespace busyhour
