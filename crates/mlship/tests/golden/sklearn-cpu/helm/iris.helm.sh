helm upgrade --install iris "${CHARTS:?say where the chart is, such as oci://registry.example.com/charts}"/model-server --version 0.2.0 --values iris.values.yaml
