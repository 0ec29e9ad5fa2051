// No badge of an online validator: nothing is asked of other hosts.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "list",
  defaultModelExpandDepth: 3,
  defaultModelsExpandDepth: 0,
  showExtensions: true,
  validatorUrl: null,
});
