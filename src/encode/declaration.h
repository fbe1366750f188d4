#pragma once

#include <span>
#include <string>
#include <string_view>

#include "encode/sql_declaration.h"
#include "logs/log.h"

namespace busyhour::internal {

/// A language in which the records of a log can be declared.
struct DeclarationFormat {
  /// Its name in options.
  std::string_view name;
  /// The shapes that it can declare; the first is its default.
  std::span<const Shape> shapes;
  /// Whether `write` considers the dialect.
  bool has_dialects = false;
  /// The declaration of a log in one of the shapes.
  std::string (*write)(LogType log, Shape shape, const SqlDialect& dialect);
};

/// The first is the default, JSON Schema.
std::span<const DeclarationFormat> DeclarationFormats();

}  // namespace busyhour::internal
