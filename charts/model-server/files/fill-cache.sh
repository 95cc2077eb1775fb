if [ -d "$2" ]; then echo "$2 is complete"; exit 0; fi
find . -maxdepth 1 -name '*.partial' -mmin +1440 -exec rm -rf {} + || true
partial="$2.$POD_NAME.partial"
rm -rf "$partial"
/storage-initializer/scripts/initializer-entrypoint "$1" "$PWD/$partial"
mv -T "$partial" "$2" || { rm -rf "$partial"; [ -d "$2" ]; }
