#include "interface/c_json.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace busyhour {
namespace {

using OrderedJson = nlohmann::ordered_json;

// Texts may come from files, and need not be UTF-8.
std::string Written(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string TextOf(Time time) {
  return internal::FormatTime(
      internal::SimTime{time.time_since_epoch().count()});
}

OrderedJson ErrorJson(std::string_view message) {
  return {{"message", message}, {"problems", OrderedJson::array()}};
}

OrderedJson JsonOf(const Participant& of) {
  return {{"kind", NameOf(of.kind)},
          {"id", of.id},
          {"joined", TextOf(of.joined)},
          {"left", TextOf(of.left)}};
}

OrderedJson JsonOf(const Request& of) {
  return {{"operation", NameOf(of.operation)},
          {"status", of.status},
          {"sent", TextOf(of.sent)},
          {"duration_ms", of.duration.count()},
          {"operation_id", of.operation_id}};
}

OrderedJson JsonOf(const MediaEnd& of) {
  return {{"request", of.request},       {"outcome", NameOf(of.outcome)},
          {"result", NameOf(of.result)}, {"code", of.code},
          {"subcode", of.subcode},       {"ended", TextOf(of.ended)}};
}

OrderedJson JsonOf(const Ring& of) {
  return {{"request", of.request},
          {"outcome", NameOf(of.outcome)},
          {"at", TextOf(of.at)}};
}

OrderedJson JsonOf(const Session& of) {
  return {{"modality", NameOf(of.modality)},
          {"end", NameOf(of.end)},
          {"began", TextOf(of.began)},
          {"ended", TextOf(of.ended)}};
}

OrderedJson JsonOf(const Record& of, std::string_view shape) {
  return {{"log", NameOf(of.log())},
          {"time", TextOf(of.time())},
          {"text", of.Text(shape)}};
}

template <class Element, class... More>
OrderedJson ListOf(const std::vector<Element>& elements, More... more) {
  OrderedJson list = OrderedJson::array();
  for (const Element& each : elements) list.push_back(JsonOf(each, more...));
  return list;
}

}  // namespace

std::string JsonOf(const InputError& error) {
  OrderedJson json = ErrorJson(error.what());
  for (const Problem& problem : error.problems()) {
    json["problems"].push_back({{"source", problem.source},
                                {"line", problem.line},
                                {"column", problem.column},
                                {"pointer", problem.pointer},
                                {"message", problem.message}});
  }
  return Written(json);
}

std::string JsonOfError(std::string_view message) {
  return Written(ErrorJson(message));
}

std::string JsonOf(const Job& job) {
  OrderedJson logs = OrderedJson::array();
  for (const LogType log : job.logs()) logs.push_back(NameOf(log));
  return Written({{"profile", job.profile().name()},
                  {"seed", job.seed()},
                  {"start", TextOf(job.start())},
                  {"logs", std::move(logs)}});
}

std::string JsonOf(const Totals& totals) {
  OrderedJson logs = OrderedJson::object();
  for (const LogCount& each : totals.logs) {
    logs[NameOf(each.log)] = {{"records", each.records}, {"bytes", each.bytes}};
  }
  return Written({{"calls", totals.calls},
                  {"records", totals.records},
                  {"bytes", totals.bytes},
                  {"stopped", totals.stopped},
                  {"logs", std::move(logs)}});
}

std::string JsonOf(const Call& call, std::string_view shape) {
  OrderedJson json = {{"correlation_id", call.correlation_id},
                      {"connection_id", call.connection_id},
                      {"server_call_id", call.server_call_id},
                      {"flow", call.flow},
                      {"inbound", call.inbound},
                      {"attempted", TextOf(call.attempted)}};
  json["answered"] =
      call.answered ? OrderedJson(TextOf(*call.answered)) : OrderedJson();
  json["ended"] = TextOf(call.ended);
  json["end"] = NameOf(call.end);
  json["participants"] = ListOf(call.participants);
  json["requests"] = ListOf(call.requests);
  json["media"] = ListOf(call.media);
  json["rings"] = ListOf(call.rings);
  json["sessions"] = ListOf(call.sessions);
  json["records"] = ListOf(call.records, shape);
  return Written(json);
}

std::string JsonOf(const Verdict& verdict) {
  OrderedJson json = OrderedJson::parse(verdict.json);
  json["headline"] = verdict.headline;
  json["text"] = verdict.text;
  return Written(json);
}

std::string JsonOf(const std::vector<std::string>& names) {
  return Written(OrderedJson(names));
}

}  // namespace busyhour
