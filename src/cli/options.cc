#include "cli/options.h"

#include <algorithm>
#include <cstdio>

#include "base/nearest.h"
#include "profile/load.h"

namespace busyhour {
namespace {

// The options that make up a job, and where their words go.
struct JobOption {
  const char* name;
  std::optional<std::string> JobWords::*words;
  const char* help;
  const char* value_name;
};
constexpr JobOption kJobOptions[] = {
    {"seed", &JobWords::seed, "Another seed, other calls (1)", "N"},
    {"start", &JobWords::start,
     "When the first call may be made (the profile's)", "TIME"},
    {"duration", &JobWords::duration, "Calls made within this time (10m)", "D"},
    {"calls", &JobWords::calls, "This many calls", "N"},
    {"records", &JobWords::records, "Calls until there are this many records",
     "N"},
    {"bytes", &JobWords::bytes, "Calls until there are this many bytes",
     "SIZE"},
    {"shard", &JobWords::shard, "Only part K of N, K from 0 (0/1)", "K/N"},
    {"logs", &JobWords::logs,
     "operational, media_summary, usage: those wanted, with commas between "
     "(the profile's)",
     "LIST"},
    {"shape", &JobWords::shape,
     "resource-log, table, portal or documented (resource-log; portal for csv, "
     "table for query)",
     "NAME"},
    {"frame", &JobWords::frame,
     "jsonl, array, event-hub, csv, query, octets, elastic, splunk, loki or "
     "otlp (jsonl)",
     "NAME"},
    {"batch-bytes", &JobWords::batch_bytes,
     "Largest message of event-hub, loki and otlp (256KiB)", "SIZE"},
};

}  // namespace
OptionReader::OptionReader(std::string command, std::string usage,
                           std::string summary, std::string example)
    : command_(std::move(command)),
      example_(std::move(example)),
      options_("busyhour " + command_, std::move(summary)) {
  options_.custom_help(std::move(usage));
  options_.positional_help("");
  options_.set_width(80);
  Declare("help", "Say this and stop");
}

void OptionReader::Declare(const std::string& name, const std::string& help,
                           const std::string& value_name) {
  names_.push_back("--" + name);
  if (value_name.empty()) {
    options_.add_options()(name, help);
  } else {
    options_.add_options()(name, help, cxxopts::value<std::string>(),
                           value_name);
  }
}

void OptionReader::DeclareRepeatable(const std::string& name,
                                     const std::string& help,
                                     const std::string& value_name) {
  Declare(name, help, value_name);
  repeatable_.push_back("--" + name);
}

bool OptionReader::Parse(int argc, const char* const* argv) {
  options_.allow_unrecognised_options();
  try {
    parsed_ = options_.parse(argc, argv);
  } catch (const cxxopts::exceptions::exception& error) {
    throw InputError("busyhour " + command_, error.what());
  }
  if (Has("help")) {
    std::printf("%s\nExample:\n  %s\n", options_.help().c_str(),
                example_.c_str());
    return true;
  }
  std::vector<std::string_view> names(names_.begin(), names_.end());
  for (const std::string& word : parsed_.unmatched()) {
    if (word.size() > 1 && word[0] == '-') {
      const std::string name = word.substr(0, word.find('='));
      std::string hint = DidYouMean(name, names);
      if (hint.empty()) hint = "; see busyhour " + command_ + " --help";
      problems_.push_back({name, 0, 0, "", "is not an option" + hint});
    } else {
      words_.push_back(word);
    }
  }
  for (std::size_t i = most_words_; i < words_.size(); ++i) {
    problems_.push_back(
        {"\"" + words_[i] + "\"", 0, 0, "",
         "is one word too many; see busyhour " + command_ + " --help"});
  }
  for (const std::string& name : names_) {
    if (parsed_.count(name.substr(2)) > 1 &&
        std::find(repeatable_.begin(), repeatable_.end(), name) ==
            repeatable_.end()) {
      problems_.push_back({name, 0, 0, "", "is given more than once"});
    }
  }
  return false;
}

std::string OptionReader::Text(const std::string& name,
                               const std::string& fallback) const {
  return Has(name) ? parsed_[name].as<std::string>() : fallback;
}

std::vector<std::string> OptionReader::Texts(const std::string& name) const {
  std::vector<std::string> texts;
  for (const cxxopts::KeyValue& given : parsed_.arguments()) {
    if (given.key() == name) texts.push_back(given.value());
  }
  return texts;
}

void OptionReader::Refuse(const std::string& name, std::string message) {
  problems_.push_back({"--" + name, 0, 0, "", std::move(message)});
}

void OptionReader::ThrowIfRefused() {
  if (!problems_.empty()) throw InputError(std::move(problems_));
}

void DeclareJob(OptionReader& options,
                std::span<const std::string_view> left_out) {
  options.Declare("profile", "A shipped profile's name, or a file (quickstart)",
                  "NAME|FILE");
  for (const JobOption& option : kJobOptions) {
    if (std::find(left_out.begin(), left_out.end(), option.name) !=
        left_out.end()) {
      continue;
    }
    options.Declare(option.name, option.help, option.value_name);
  }
}

void DeclareFaults(OptionReader& options) {
  options.DeclareRepeatable("fault",
                            "Damage on the way out beside the profile's, such "
                            "as drop=0.001 or corrupt=0.1%; again for others",
                            "KIND=RATE");
}

Profile ReadProfile(OptionReader& options) {
  try {
    return LoadProfile(options.Text("profile", "quickstart"));
  } catch (const InputError& error) {
    options.problems().insert(options.problems().end(),
                              error.problems().begin(), error.problems().end());
    return Profile{};
  }
}

JobWords JobWordsOf(const OptionReader& options) {
  JobWords words;
  for (const JobOption& option : kJobOptions) {
    if (options.Has(option.name)) {
      words.*option.words = options.Text(option.name);
    }
  }
  words.faults = options.Texts("fault");
  return words;
}

}  // namespace busyhour
